-- title: Bounds of a part of the Hub, where nobody knows what the models outside it are built on
null::double as low,
null::double as high
