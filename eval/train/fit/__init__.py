"""Fit the weights of evidence selection and of the support score."""
