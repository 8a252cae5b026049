"""The weekly report: what changed, in sentences that the figures allow, and charts; as HTML, Markdown and a feed."""
