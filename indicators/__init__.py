"""Indicators: the grammar of target values, numbers and money as people type them, and the canonical categories.

The lowest package of the project: it imports no other. `number`, `chinese_number`, `dates`, `operators`, `units`,
`target` and `taxonomy` are pure Python, without Django.
"""
