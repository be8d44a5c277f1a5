"""The configuration of the lab's servers, as text to be filled in by world.py. Everything listens on 127.0.0.1."""

NGINX = '''daemon off;
worker_processes 1;
pid {root}/run/nginx.pid;
error_log {root}/logs/nginx-error.log notice;
events {{ worker_connections 512; }}
http {{
    map $request_id $rid {{ "~^(?<short>.{{12}})" $short; }}
    log_format main '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" rt=$request_time us=$upstream_status req=$rid';
    access_log {root}/logs/nginx-access.log main;
    client_body_temp_path {root}/tmp/body;  proxy_temp_path {root}/tmp/proxy;  fastcgi_temp_path {root}/tmp/f;  uwsgi_temp_path {root}/tmp/u;  scgi_temp_path {root}/tmp/s;
    set_real_ip_from 127.0.0.1;  real_ip_header X-Forwarded-For;
    include {root}/etc/edge.conf;
}}
'''
EDGE = '''upstream shop_front {{ server 127.0.0.1:{front}; }}
server {{
    listen 127.0.0.1:18080;
    server_name shop.example;
    proxy_read_timeout {read}ms;  proxy_connect_timeout {connect}ms;
    location /static/ {{ root {root}; }}
    location / {{
        proxy_pass http://shop_front;
        proxy_set_header X-Request-Id $rid;
        proxy_set_header X-Forwarded-For $remote_addr;
    }}
}}
'''
HAPROXY = '''global
    log 127.0.0.1:18514 format rfc3164 local0
    log-send-hostname edge-1
    maxconn 1000
defaults
    mode http
    log global
    option httplog
    option dontlognull
    timeout connect {connect}ms
    timeout client {client}ms
    timeout server {server}ms
    timeout queue {queue}ms
frontend fe_shop
    bind 127.0.0.1:18081
    default_backend be_shop
backend be_shop
    balance roundrobin
    option httpchk GET /healthz
    option log-health-checks
    option redispatch
    retries 2
    default-server check inter {inter}ms fall 3 rise 2 maxconn 40
    timeout check {check}ms
    server shop-1 127.0.0.1:18091
    server shop-2 127.0.0.1:18092
    server shop-3 127.0.0.1:18093
'''.replace('18514', '15514')
PGBOUNCER = '''[databases]
shop = host=127.0.0.1 port=15432 dbname=shop
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = 16432
unix_socket_dir =
auth_type = trust
auth_file = {root}/etc/users.txt
pool_mode = transaction
default_pool_size = 14
max_client_conn = 200
query_wait_timeout = {wait}
stats_period = {stats}
server_idle_timeout = 300
ignore_startup_parameters = extra_float_digits
logfile = {root}/logs/pgbouncer.log
pidfile = {root}/run/pgbouncer.pid
'''
POSTGRES = '''listen_addresses = '127.0.0.1'
port = 15432
unix_socket_directories = ''
max_connections = 60
client_connection_check_interval = 400ms
shared_buffers = 64MB
fsync = off
log_line_prefix = '%m [%p] %q%u@%d '
log_timezone = 'Europe/Berlin'
log_lock_waits = on
log_statement = 'ddl'
log_min_duration_statement = 8000
log_checkpoints = on
log_autovacuum_min_duration = 0
autovacuum_naptime = 20s
checkpoint_timeout = 40s
max_wal_size = 512MB
min_wal_size = 64MB
deadlock_timeout = {deadlock}ms
'''
SQL = '''CREATE ROLE shop_app LOGIN; CREATE ROLE inventory_app LOGIN; CREATE ROLE jobs_app LOGIN; CREATE ROLE migrator LOGIN SUPERUSER;
CREATE DATABASE shop;
\\c shop
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE products (sku int PRIMARY KEY, name text, price numeric);
CREATE TABLE stock (sku int PRIMARY KEY, qty int);
CREATE TABLE orders (id serial PRIMARY KEY, token text UNIQUE, customer text, sku int, qty int, amount numeric, note text);
INSERT INTO products SELECT i, (ARRAY['lamp','chair','desk','mug','rug','sofa','shelf','clock','vase','towel'])[i % 10 + 1] || ' ' || i, i % 90 + 3 FROM generate_series(1, 500) i;
INSERT INTO stock SELECT i, 400 FROM generate_series(1, 500) i;
INSERT INTO orders (token, customer, sku, qty, amount, note) SELECT md5(i::text), 'u' || i % 900, i % 500 + 1, 1, i % 90, 'order of a lamp and a chair ' || i FROM generate_series(1, 20000) i;
CREATE FUNCTION personal_shelf(who text) RETURNS int LANGUAGE sql AS 'SELECT 1 FROM pg_sleep(19)';  -- stands for a slow remote call
GRANT ALL ON ALL TABLES IN SCHEMA public TO shop_app, inventory_app, jobs_app; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO shop_app, inventory_app, jobs_app;
'''
DNSMASQ = '''port=15353
listen-address=127.0.0.1
bind-interfaces
no-resolv
no-hosts
addn-hosts={root}/etc/hosts.lab
pid-file={root}/run/dnsmasq.pid
log-facility={root}/logs/dnsmasq.log
keep-in-foreground
'''
UNBOUND = '''server:
    directory: "{root}/run"
    chroot: ""
    username: ""
    interface: 127.0.0.1
    port: 15353
    access-control: 127.0.0.0/8 allow
    logfile: "{root}/logs/unbound.log"
    log-time-ascii: yes
    verbosity: 1
    statistics-interval: 8
    minimal-responses: yes
    module-config: "iterator"
    local-zone: "lab.internal." static
    local-data: "inventory.lab.internal. A 127.0.0.1"
    local-data: "payments.lab.internal. A 127.0.0.1"
    local-data: "ledger.lab.internal. A 10.9.0.2"
remote-control:
    control-enable: no
'''
RSYSLOG = '''module(load="imudp")
input(type="imudp" address="127.0.0.1" port="15514")
template(name="by_program" type="string" string="{root}/logs/%programname%.log")
action(type="omfile" dynaFile="by_program" template="RSYSLOG_TraditionalFileFormat")
'''
POSTFIX = '''compatibility_level = 3.6
queue_directory = {root}/postfix/queue
data_directory = {root}/postfix/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail-1.lab.internal
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
relayhost = [127.0.0.1]:15026
message_size_limit = 10240000
maillog_file = {root}/logs/maillog.log
maillog_file_prefixes = {root}/logs
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ=UTC LANG=C LD_PRELOAD LAB_CLOCK
'''
JOURNALD = '''[Journal]
Storage=volatile
ReadKMsg=yes
RateLimitIntervalSec=0
ForwardToSyslog=no
'''
