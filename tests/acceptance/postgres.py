"""A throw-away PostgreSQL server, made with the machine's own `initdb`."""
import contextlib, os, pathlib, pwd, shutil, subprocess, tempfile


def programs():
    """The folder of its programs; none where it is not installed."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found and os.environ.get("BEDSIDE_NEEDS_POSTGRES"):
        raise SystemExit("install Debian's postgresql")
    return found[-1].parent if found else None


@contextlib.contextmanager
def server():
    """Runs one on a socket in its folder alone, and gives the address of its database; none where it is not installed."""
    where = programs()
    if not where:
        yield None
        return
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bedside-pg-"))
    # It refuses root: then it runs as its own user, or nobody.
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = ("postgres" if "postgres" in names else "nobody") if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)

    def run(program, *arguments):
        with open(folder / "printed", "ab") as out:  # not a pipe: the server would hold it open
            subprocess.run([where / program, *arguments], user=user, cwd="/", check=True, stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    run("initdb", "--auth=trust", "--username=bedside", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D", folder / "data")
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    run("pg_ctl", "start", "-w", "-t", "600", "-D", folder / "data", "-l", folder / "log", "-o", options)
    try:
        yield f"postgres://bedside@localhost/postgres?host={folder}"
    finally:
        run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", folder / "data")
        shutil.rmtree(folder)
