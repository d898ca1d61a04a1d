"""What models there are: installed, cached, served, hosted."""
