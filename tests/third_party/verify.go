// Verifies a shard of the ledger with the Go project's own code for transparent logs
// (golang.org/x/mod/sumdb/note and /tlog, as Debian packages it). Only the addresses are ours:
// whatever is decided about signatures, tiles, leaves and proofs is decided by theirs.
//
//	verify <shard's address> <vkey> <earlier checkpoint's file> <event ids...>
//
// with a bearer token in the environment's TOKEN.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8 // of a tile, in C2SP tlog-tiles

type shard struct{ address string }

func main() {
	log.SetFlags(0)
	of := shard{os.Args[1]}
	verifier, err := note.NewVerifier(os.Args[2])
	check(err)
	earlier, err := os.ReadFile(os.Args[3])
	check(err)

	tree, old := opened(of.get("/checkpoint"), verifier), opened(earlier, verifier)
	reader := tlog.TileHashReader(tree, of)
	leaves := of.leaves(tree.N)
	indexes := make([]int64, tree.N)
	for index := range leaves {
		indexes[index] = tlog.StoredHashIndex(0, int64(index))
	}
	hashes, err := reader.ReadHashes(indexes)
	check(err)
	for index, leaf := range leaves {
		if tlog.RecordHash(leaf) != hashes[index] {
			log.Fatalf("leaf %d is not what is in the tree", index)
		}
	}

	for _, index := range []int64{0, tree.N / 3, old.N - 1, tree.N - 1} {
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		check(err)
		check(tlog.CheckRecord(proof, tree.N, tree.Hash, index, hashes[index]))
	}
	proof, err := tlog.ProveTree(tree.N, old.N, reader)
	check(err)
	check(tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash))

	of.checkConsistency(tree, old)
	for _, event := range os.Args[4:] {
		of.checkInclusion(event, tree, verifier)
	}
	fmt.Printf("%d leaves, %d events proved\n", tree.N, len(os.Args[4:]))
}

// checkConsistency checks the service's own proof between two checkpoints.
func (of shard) checkConsistency(tree, old tlog.Tree) {
	var said struct{ Hashes []tlog.Hash }
	query := fmt.Sprintf("?shard=%s&first=%d&second=%d", of.id(), old.N, tree.N)
	check(json.Unmarshal(of.ask("consistency", query), &said))
	check(tlog.CheckTree(said.Hashes, tree.N, tree.Hash, old.N, old.Hash))
}

// checkInclusion checks the service's own proof of an event, and the receipt of it.
func (of shard) checkInclusion(event string, tree tlog.Tree, verifier note.Verifier) {
	var said struct {
		Leaf       string
		Leaf_Index int64
		Size       int64
		Hashes     []tlog.Hash
		Checkpoint string
	}
	query := fmt.Sprintf("?event_id=%s&size=%d", url.QueryEscape(event), tree.N)
	check(json.Unmarshal(of.ask("inclusion", query), &said))
	leaf := tlog.RecordHash([]byte(said.Leaf))
	check(tlog.CheckRecord(said.Hashes, tree.N, tree.Hash, said.Leaf_Index, leaf))

	receipt := string(of.ask("receipt", "?event_id="+url.QueryEscape(event)))
	head, checkpoint, _ := strings.Cut(receipt, "\n\n")
	lines := strings.Split(head, "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" || lines[2] != fmt.Sprintf("index %d", said.Leaf_Index) {
		log.Fatalf("not a receipt: %q", head)
	}
	var path tlog.RecordProof
	for _, line := range lines[3:] {
		path = append(path, hash(line))
	}
	signed := opened([]byte(checkpoint), verifier)
	check(tlog.CheckRecord(path, signed.N, signed.Hash, said.Leaf_Index, leaf))
}

// opened reads a checkpoint that the key has signed.
func opened(signed []byte, verifier note.Verifier) tlog.Tree {
	found, err := note.Open(signed, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(found.Text, "\n")
	if lines[0] != verifier.Name() {
		log.Fatalf("a checkpoint of %s, signed as %s", lines[0], verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	return tlog.Tree{N: size, Hash: hash(lines[2])}
}

// Height, ReadTiles and SaveTiles are a tlog.TileReader.
func (of shard) Height() int { return height }

func (of shard) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		// C2SP's address is Go's without the height, which is always 8.
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
		found = append(found, of.get("/"+path))
	}
	return found, nil
}

func (of shard) SaveTiles([]tlog.Tile, [][]byte) {}

// leaves are all of them, from entry bundles.
func (of shard) leaves(size int64) [][]byte {
	var found [][]byte
	for first := int64(0); first < size; first += 1 << height {
		width := 1 << height
		if size-first < int64(width) {
			width = int(size - first)
		}
		tile := tlog.Tile{H: height, L: 0, N: first >> height, W: width}
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/0/", height), "tile/entries/", 1)
		for bundle := of.get("/" + path); len(bundle) > 0; {
			length := int(binary.BigEndian.Uint16(bundle))
			found = append(found, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
	}
	return found
}

func (of shard) id() string { return of.address[strings.LastIndex(of.address, "/")+1:] }

func (of shard) ask(proof, query string) []byte {
	return shard{strings.TrimSuffix(of.address, "/"+of.id())}.get("/proofs/" + proof + query)
}

func (of shard) get(path string) []byte {
	request, err := http.NewRequest("GET", of.address+path, nil)
	check(err)
	if strings.Contains(path, "/entries/") || strings.Contains(path, "/proofs/") {
		request.Header.Set("Authorization", "Bearer "+os.Getenv("TOKEN"))
	}
	answer, err := http.DefaultClient.Do(request)
	check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	check(err)
	if answer.StatusCode != http.StatusOK {
		log.Fatalf("%s: %s %s", path, answer.Status, body)
	}
	return body
}

func hash(encoded string) (found tlog.Hash) {
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	check(err)
	if len(decoded) != len(found) {
		log.Fatalf("not a hash: %q", encoded)
	}
	copy(found[:], decoded)
	return found
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
