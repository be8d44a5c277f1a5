# notify: mails the confirmations of orders. Worker N takes those of partition N from a queue in Redis, one after the other; one that fails goes back to
# the head of its queue. ARGV: N. Logs with Ruby's own Logger, in its own layout.
require 'json'
require 'logger'
require 'net/smtp'
require 'redis'

SPEED = ENV.fetch('LAB_SPEED').to_f
log = Logger.new($stdout, progname: 'notify')
$stdout.sync = true
number = Integer(ARGV[0])
queue = "notify:#{number}"
Signal.trap('TERM') { exit!(0) }
log.info("notify #{ENV.fetch('NOTIFY_VERSION', '2.3.1')} starting, partition #{number}, ruby #{RUBY_VERSION}")
sender = ENV.fetch('NOTIFY_SENDER')
redis = Redis.new(host: '127.0.0.1', port: 16379)
log.info("ready, #{redis.llen(queue)} confirmations wait")
File.write("#{ENV.fetch('LAB_ROOT')}/run/notify-#{number}.up", '')
done = 0
loop do
  job = redis.lpop(queue)
  if job.nil?
    sleep(1 / SPEED)
    next
  end
  order = JSON.parse(job)
  begin
    begun = Time.now
    Net::SMTP.start('127.0.0.1', 15025, 'notify.lab.internal') do |smtp|
      pages = "=20\r\n" * (order['pages'] * 160)          # about 800 bytes a page
      smtp.send_message("From: #{sender}\r\nTo: #{order['to']}\r\nSubject: Your order #{order['order']}\r\n\r\n#{pages}", sender, order['to'])
    end
    done += 1
    log.info("order #{order['order']} confirmed to=#{order['to']} pages=#{order['pages']} took=#{((Time.now - begun) * 1000).round}ms")
    log.warn("template 'invoice' uses the old footer, #{done} mails so far") if done % 40 == 17
  rescue Net::SMTPError, Net::ProtocolError, Net::OpenTimeout, Net::ReadTimeout, SystemCallError, EOFError => e
    log.warn("order #{order['order']} not confirmed, back to the queue: #{e.class}: #{e.message.strip}")
    redis.lpush(queue, job)
    sleep(5 / SPEED)
  end
  log.info("#{redis.llen(queue)} confirmations wait") if (done % 30).zero?
end
