<?php
// segments: the export of customer segments of the marketing department, which shares the Redis of the shop. argv: ROUNDS SECONDS_BETWEEN. Logs with Monolog.
require '/usr/share/php/Monolog/autoload.php';
use Monolog\Handler\StreamHandler;
use Monolog\Logger;

$speed = (float) getenv('LAB_SPEED');
$log = new Logger('segments');
$log->pushHandler(new StreamHandler('php://stdout', Logger::INFO));
$redis = fsockopen('127.0.0.1', 16379);

function ask($redis, string ...$words): string
{
    $out = '*' . count($words) . "\r\n";
    foreach ($words as $w) {
        $out .= '$' . strlen($w) . "\r\n$w\r\n";
    }
    fwrite($redis, $out);
    return rtrim(fgets($redis));
}

// counts who saw what, by comparing every pair of words of a text, so long as it is asked to
$script = "local n = 0 local t = redis.call('TIME') local ends = t[1] * 1000000 + t[2] + tonumber(ARGV[1]) "
    . "repeat for i = 1, 20000 do n = n + i % 7 end t = redis.call('TIME') until t[1] * 1000000 + t[2] > ends return n";
stream_set_timeout($redis, 600);
$log->info('segment export starts', ['segments' => (int) $argv[1], 'store' => 'redis-shared', 'mode' => 'full']);
for ($i = 1; $i <= (int) $argv[1]; $i++) {
    $answer = ask($redis, 'EVAL', $script, '0', (string) (int) ((1.5 + 1.3 * $i) * 1e6));
    if ($i % 8 == 0) {
        $log->info('segments written', ['done' => $i, 'last' => $answer]);
    }
    usleep((int) ($argv[2] * 1e6 / $speed));
}
$log->info('segment export done');
