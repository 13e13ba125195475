// A server of Go's standard library with a constant body.
package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	port, certificate, key := os.Args[1], os.Args[2], os.Args[3]
	body, err := os.ReadFile(os.Args[4])
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("content-type", "application/json")
		w.Write(body)
	})
	log.Fatal(http.ListenAndServeTLS("127.0.0.1:"+port, certificate, key, nil))
}
