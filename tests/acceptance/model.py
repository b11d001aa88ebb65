"""Starts the model with its two servers on different shards of two: it makes both in one millisecond, which is one shard.

    python model.py MODEL PORT
"""
import runpy, sys

import simcord

SHARD = 1 << 22  # a server's number without its last 22 bits decides about its shard
made = simcord.Env.create_guild


def apart(env, name, **more):
    if env._guilds:
        # A second and a bit earlier, where no other number of the run lies.
        more["id"] = env._guilds[0].id - 1001 * SHARD
    return made(env, name, **more)


simcord.Env.create_guild = apart
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
