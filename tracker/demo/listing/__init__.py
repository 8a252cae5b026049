"""The list of models as the Hub pages it: order, cursors, filters, fields and quotas."""
