"""review: the quarterly review of access rights; takes back what is on its list. argv: the statements."""
import sys
import layouts
from common import *

log = layouts.teller('review', 'python')
log('info', f'access review 2027-Q2: {len(sys.argv) - 1} rights without an owner')
c = Pg(PORT['postgresql'], 'postgres', app='review')
for statement in sys.argv[1:]:
    c.query(statement)
    nap(2)
log('info', 'access review 2027-Q2: done, report in review-2027-Q2.pdf')
