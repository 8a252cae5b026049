"""The way out: address, certificates, proxy and token are looked at before anything is sent, one sentence each.

`hub` is for what asks the Hub through huggingface_hub (httpx2), `plain` for what asks others through requests: the two
read the environment in different ways, and what one of them would not look at is not looked at for it. SettingsError
says what is wrong, which variable or file it stands in, and what to do next; never what is secret in it.

May import: errors, settings.
"""
