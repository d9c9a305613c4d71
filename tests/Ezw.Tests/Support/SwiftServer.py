"""OpenStack Swift with its S3 door, whole in one process: account, container and object server and the proxy before them.

Usage: SwiftServer.py FOLDER ACCESS SECRET. Listens on 127.0.0.1, keeps everything in FOLDER, and writes its port to FOLDER/port.
"""
import os
import sys

import eventlet

eventlet.monkey_patch()

import eventlet.wsgi  # noqa: E402
from swift.common import utils  # noqa: E402

folder, access, secret = sys.argv[1:]
REGION = "eu-central-1"
PARTS_POWER = 2


def write(name, text):
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)
    return os.path.join(folder, name)


write("swift.conf", """
[swift-hash]
swift_hash_path_prefix = a test
[storage-policy:0]
name = only
default = yes
""")
utils.set_swift_dir(folder)

# What reads the configuration on import comes after it.
from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.wsgi import loadapp  # noqa: E402


class Cache(dict):
    """What the middlewares ask of memcached, for one process."""

    def get(self, key, default=None, **_):
        return super().get(key, default)

    def set(self, key, value, **_):
        self[key] = value

    def delete(self, key, **_):
        self.pop(key, None)

    def incr(self, key, delta=1, **_):
        self[key] = int(super().get(key, 0)) + delta
        return self[key]


def serve(app, listener):
    eventlet.spawn(eventlet.wsgi.server, listener, app, log=utils.NullLogger(), log_output=False)


def keeps_attributes():
    """Whether the folder's disk has extended attributes, where the object server keeps its metadata."""
    try:
        os.setxattr(write("attributes", ""), "user.swift", b"x" * 1024)
        return True
    except OSError:
        return False


def storage(kind, app):
    listener = eventlet.listen(("127.0.0.1", 0))
    builder = RingBuilder(PARTS_POWER, 1, 0)
    builder.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": listener.getsockname()[1], "device": "disk", "weight": 1})
    builder.rebalance()
    builder.get_ring().save(os.path.join(folder, kind + ".ring.gz"))
    return listener, write(kind + ".conf", f"""
[DEFAULT]
swift_dir = {folder}
devices = {folder}
mount_check = false
disable_fallocate = true
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{app}
""")


os.makedirs(os.path.join(folder, "disk"))
kinds = {"account": "account", "container": "container", "object": "object" if keeps_attributes() else "mem_object"}
for listener, conf in [storage(kind, app) for kind, app in kinds.items()]:
    serve(loadapp(conf), listener)

proxy = loadapp(write("proxy.conf", f"""
[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors listing_formats s3api tempauth bulk slo proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = {REGION}
auth_pipeline_check = false
[filter:tempauth]
use = egg:swift#tempauth
user_{access.replace(":", "_")} = {secret} .admin
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
"""))
cache = Cache()


def with_cache(environ, start_response):
    environ["swift.cache"] = cache
    return proxy(environ, start_response)


door = eventlet.listen(("127.0.0.1", 0))
serve(with_cache, door)
os.rename(write("port.new", str(door.getsockname()[1])), os.path.join(folder, "port"))
while True:
    eventlet.sleep(3600)
