// Says what it was given, a line each: README.md has the lines.
package main

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"time"
)

func variable(name string) string {
	if value, ok := os.LookupEnv(name); ok {
		return value
	}
	return "none"
}

func main() {
	words := []string{"args"}
	for at, word := range os.Args {
		if at > 0 {
			words = append(words, word)
		}
	}
	fmt.Println(strings.Join(words, " "))
	fmt.Println("env", variable("REACH"), variable("SHARED"), variable("SECRET"))
	text, err := os.ReadFile("/data/hello.txt")
	if err != nil {
		text = []byte("refused")
	}
	fmt.Println("file", strings.TrimSpace(string(text)))
	if os.WriteFile("/data/new.txt", []byte("new\n"), 0o644) == nil {
		fmt.Println("write ok")
	} else {
		fmt.Println("write refused")
	}
	line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	if line == "" {
		line = "none"
	}
	fmt.Println("stdin", strings.TrimSpace(line))
	before := time.Now()
	fmt.Println("wall", before.Unix())
	before = time.Now()
	fmt.Println("monotonic", time.Since(before).Nanoseconds())
	fmt.Fprintln(os.Stderr, "to stderr")
	var bytes [8]byte
	if _, err := rand.Read(bytes[:]); err != nil {
		os.Exit(1)
	}
	fmt.Printf("random %x\n", bytes)
}
