"""The weekly report: what changed, in sentences that are earned, and the charts; as HTML, Markdown and in a feed."""
