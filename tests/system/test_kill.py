"""One kill round; KILL_SEED=N plays a round again.  SPDX-License-Identifier: Apache-2.0"""
import os
import random
import subprocess
import sys
from pathlib import Path


def test_a_round_of_kills():
    seed = os.environ.get("KILL_SEED") or str(random.randrange(1 << 24))
    ran = subprocess.run([sys.executable, Path(__file__).parent / "kill" / "round.py", seed], timeout=900, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(ran.stdout)
    assert ran.returncode == 0, f"the round of seed {seed}: {ran.stdout[-6000:]}"
