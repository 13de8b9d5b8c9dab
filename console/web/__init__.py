"""The web intake (网络诉求接收) over HTTP, in the shape of Open311 GeoReport v2; only ``hotline intake serve`` loads it."""
