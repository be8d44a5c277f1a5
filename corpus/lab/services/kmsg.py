"""kmsg: writes the number of the next message of the kernel as journald keeps it: eight bytes."""
import os, struct, sys

last = -1
fd = os.open('/dev/kmsg', os.O_RDONLY | os.O_NONBLOCK)
while True:
    try:
        last = int(os.read(fd, 8192).split(b',')[1])
    except BlockingIOError:
        break
    except BrokenPipeError:         # the ring went over it
        pass
sys.stdout.buffer.write(struct.pack('Q', last + 1))
