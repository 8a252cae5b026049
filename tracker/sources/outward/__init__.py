"""The way out: check address, certificates, proxy and token before anything is sent; one sentence for each fault.

`hub` is for what asks the Hub through huggingface_hub (httpx2), `plain` for what asks others through requests: the two
read the environment in different ways, and what one of them would not look at is not looked at for it. SettingsError
says what is wrong, which variable or file it stands in, and what to do next; never what is secret in it.

`wire` is one bounded GET, `encoding` undoes content encodings within bounds, `origin` decides who may get a credential.

May import: errors, settings.
"""
