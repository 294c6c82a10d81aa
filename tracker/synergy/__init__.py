"""The synergy index (减污降碳协同指数) of Zhejiang's annex 2."""
