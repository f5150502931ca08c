"""Indicators: what a target value says, numbers and money as people type them, and the canonical categories.

The lowest room of the house: it imports nothing of ours. `number`, `dates`, `operators`,
`units`, `target` and `taxonomy` are pure Python, without Django.
"""
