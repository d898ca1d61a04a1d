"""Checking: does the evidence support what a model wrote?"""
