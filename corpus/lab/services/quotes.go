// quotes: shipping quotes over HTTP. Each quote comes from a table of its own, which is kept in memory, so many of them as etc/quotes.json allows; a list of
// the tables in use is kept in spool/quotes.keys, and they are made again at the start. SIGHUP reads the settings again. etc/tariff.json, looked at every
// half minute, says what each zone pays, in percent, and from when. Logs with zap, as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"go.uber.org/zap"
)

const tableBytes = 300 << 10

// The lab's clock: Go asks the kernel itself and so does not see clock.so.
type clock struct{ real0, fake0, rate int64 }

func (c clock) Now() time.Time {
	return time.Unix(0, c.fake0+(time.Now().UnixNano()-c.real0)*c.rate).UTC()
}
func (c clock) NewTicker(d time.Duration) *time.Ticker {
	return time.NewTicker(d / time.Duration(c.rate))
}

var (
	lab    = clock{rate: 1}
	root   = os.Getenv("LAB_ROOT")
	log    *zap.Logger
	mu     sync.Mutex
	tables = map[string][]byte{}
	limit  = 0

	paid, coming tariff
)

type tariff struct {
	Name  string `json:"name"`
	From  int64  `json:"from"`
	Zones []int  `json:"zones"`
}

func readTariff() {
	var t tariff
	b, err := os.ReadFile(root + "/etc/tariff.json")
	if err != nil || json.Unmarshal(b, &t) != nil {
		return
	}
	mu.Lock()
	defer mu.Unlock()
	if t.Name != paid.Name && t.Name != coming.Name {
		coming = t
		log.Info("tariff loaded", zap.String("name", t.Name), zap.Int("zones", len(t.Zones)), zap.Time("from", time.Unix(t.From, 0).UTC()))
	}
}

func zones() []int {
	mu.Lock()
	defer mu.Unlock()
	if coming.Name != "" && lab.Now().Unix() >= coming.From {
		paid, coming = coming, tariff{}
	}
	return paid.Zones
}

func settings(done string) {
	var s struct {
		Tables int `json:"tables"`
	}
	b, err := os.ReadFile(root + "/etc/quotes.json")
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil {
		log.Error("settings not read", zap.Error(err))
		return
	}
	mu.Lock()
	limit = s.Tables
	mu.Unlock()
	log.Info(done, zap.String("path", "etc/quotes.json"))
}

func table(key string) []byte {
	mu.Lock()
	defer mu.Unlock()
	if t, ok := tables[key]; ok {
		return t
	}
	for k := range tables {
		if len(tables) < limit {
			break
		}
		delete(tables, k)
	}
	t := make([]byte, tableBytes)
	for i := range t {
		t[i] = byte(i * len(key))
	}
	tables[key] = t
	return t
}

func save() {
	mu.Lock()
	keys := make([]string, 0, len(tables))
	for k := range tables {
		keys = append(keys, k)
	}
	mu.Unlock()
	os.WriteFile(root+"/spool/quotes.next", []byte(strings.Join(keys, "\n")), 0o644)
	os.Rename(root+"/spool/quotes.next", root+"/spool/quotes.keys")
}

func quote(w http.ResponseWriter, r *http.Request) {
	begun := lab.Now()
	sku, zone := r.FormValue("sku"), r.FormValue("zone")
	if zone == "" {
		log.Warn("quote without a zone, using the home zone", zap.String("agent", r.UserAgent()), zap.String("req", r.Header.Get("X-Request-Id")))
		zone = "0"
	}
	t := table(sku + "/" + zone)
	n, _ := strconv.Atoi(sku)
	cents := 390 + int(t[n%len(t)])
	if percent := zones(); percent != nil {
		number, _ := strconv.Atoi(zone)
		cents = cents * percent[number] / 100
	}
	log.Info("quote made", zap.String("sku", sku), zap.String("zone", zone), zap.Int("cents", cents), zap.Duration("took", lab.Now().Sub(begun)), zap.String("req", r.Header.Get("X-Request-Id")))
	fmt.Fprintf(w, `{"cents": %d}`, cents)
}

func main() {
	fmt.Sscan(os.Getenv("LAB_CLOCK"), &lab.real0, &lab.fake0, &lab.rate)
	log, _ = zap.NewProduction(zap.WithClock(lab))
	log = log.Named("quotes")
	log.Info("quotes starting", zap.String("version", "1.12.0"))
	settings("settings read")
	if b, err := os.ReadFile(root + "/spool/quotes.keys"); err == nil && len(b) > 0 {
		keys := strings.Split(string(b), "\n")
		log.Info("tables in use before are made again", zap.Int("tables", len(keys)))
		for _, k := range keys {
			table(k)
		}
	}
	readTariff()
	go func() {
		for range lab.NewTicker(30 * time.Second).C {
			readTariff()
		}
	}()
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	go func() {
		for range hup {
			settings("settings read again")
		}
	}()
	go func() {
		for range lab.NewTicker(60 * time.Second).C {
			save()
			mu.Lock()
			n := len(tables)
			mu.Unlock()
			log.Info("list of tables saved", zap.Int("tables", n))
		}
	}()
	http.HandleFunc("/quote", quote)
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `{"ready": true}`) })
	log.Info("listening", zap.String("addr", "127.0.0.1:18107"))
	server := http.Server{Addr: "127.0.0.1:18107", ErrorLog: zap.NewStdLog(log)}
	log.Fatal("cannot serve", zap.Error(server.ListenAndServe()))
}
