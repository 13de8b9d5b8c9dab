"""The names of the kinds a call can be of, as 5.1.4.1 prints them; every pack must cover exactly these."""

REQUEST_TYPES = ("咨询", "求助", "投诉", "举报", "建议", "其他")
"""诉求分类, 5.1.4.1f; "其他" stands for the "等" of 3.2."""

URGENCY_KINDS = ("突发事件", "不稳定因素", "其他可能造成生命财产损失", "基本民生保障", "极端天气", "疫情")
"""The five kinds of 5.1.4.1 note 1 and the further one that 5.2.2.1.2 gives the fastest clock."""

UNSTABLE = "不稳定因素"
POSSIBLE = "其他可能造成生命财产损失"
DANGER = URGENCY_KINDS[:3]
"""The kinds of 5.2.2.1.2a: whatever becomes of such a call, whether it is one must be settled first."""

ORDINARY = "一般"
"""紧急程度 of a request that is of no urgent kind, 5.1.4.1g."""
