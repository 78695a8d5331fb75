"""Files that a KPU liaison exports by hand: stock received, results of sorting, stages of TPS.

A file is staged as text, brought to one way of writing, checked line by line and then acted on, all in one transaction.
What a person sees before confirming is that very act, taken back again.
"""
