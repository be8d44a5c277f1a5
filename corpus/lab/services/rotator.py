"""rotator: changes the passwords of database roles. argv: ROLE VERSION. It logs as its layout says; the new password goes to etc/ROLE.secret."""
import sys
import layouts
from common import *

log = layouts.teller('secrets', 'syslog')
role, version = sys.argv[1], int(sys.argv[2])
log('info', f'rotation of database/{role} begins, version {version - 1} is 90 days old')
c = Pg(PORT['postgresql'], 'postgres', app='secrets')
word = '%024x' % random.Random(f'{version}-{role}').getrandbits(96)
c.query(f"ALTER ROLE {role} PASSWORD '{word}'")
c.close()
with open(f'{ROOT}/etc/{role.partition("_")[0]}.secret', 'w') as f:
    f.write(word)
log('info', f'database/{role} is at version {version}, 1 consumer told')
