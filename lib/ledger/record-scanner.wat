;; Follows texts and brackets of CloudTrail records, 64 bytes a step, as scan-record.ts does byte by byte.
;; It stops before whatever it is not sure of, and scan-record.ts has the word on that record.
;; `npm run build:scanner` makes record-scanner.wasm.ts of this file.
;;
;; Memory: 0 the closers awaited, one byte a depth; 1024 what was found, three i32 each (kind, start, end);
;; 65536 the window, then a page to look ahead into. The caller puts 64 zero bytes after the window's end.
(module
  (memory (export "memory") 6)
  ;; Complete records passed, and those of them written to the list.
  (global $records (export "records") (mut i32) (i32.const 0))
  (global $found (export "found") (mut i32) (i32.const 0))
  ;; 1 when the window ended inside a record.
  (global $dry (export "dry") (mut i32) (i32.const 0))

  ;; The first index that holds no white space; the zeros after the window hold none.
  (func $after_space (param $at i32) (result i32)
    (local $byte i32)
    (loop $next
      (local.set $byte (i32.load8_u (local.get $at)))
      (if (i32.or
            (i32.or (i32.eq (local.get $byte) (i32.const 0x20)) (i32.eq (local.get $byte) (i32.const 0x0a)))
            (i32.or (i32.eq (local.get $byte) (i32.const 0x0d)) (i32.eq (local.get $byte) (i32.const 0x09))))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next))))
    (local.get $at))

  ;; Where the value of the key that ends before `at` begins, or 0 when no colon follows.
  (func $value_of (param $at i32) (result i32)
    (local.set $at (call $after_space (local.get $at)))
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x3a)) (then (return (i32.const 0))))
    (call $after_space (i32.add (local.get $at) (i32.const 1))))

  ;; 1 for "kms.amazonaws.com", 2 for "s3.amazonaws.com", 0 for others.
  (func $source_at (param $at i32) (result i32)
    (if (i32.and
          (i64.eq (i64.load (local.get $at)) (i64.const 0x616d612e736d6b22)) ;; "kms.ama
          (i32.and
            (i64.eq (i64.load offset=8 (local.get $at)) (i64.const 0x632e7377616e6f7a)) ;; zonaws.c
            (i32.eq (i32.load offset=15 (local.get $at)) (i32.const 0x226d6f63)))) ;; com"
      (then (return (i32.const 1))))
    (if (i32.and
          (i64.eq (i64.load (local.get $at)) (i64.const 0x7a616d612e337322)) ;; "s3.amaz
          (i32.and
            (i64.eq (i64.load offset=8 (local.get $at)) (i64.const 0x6f632e7377616e6f)) ;; onaws.co
            (i32.eq (i32.load16_u offset=16 (local.get $at)) (i32.const 0x226d)))) ;; m"
      (then (return (i32.const 2))))
    (i32.const 0))

  ;; 1 for "Decrypt", 2 for "GetObject", 0 for others.
  (func $name_at (param $at i32) (result i32)
    (if (i32.and
          (i64.eq (i64.load (local.get $at)) (i64.const 0x7470797263654422)) ;; "Decrypt
          (i32.eq (i32.load8_u offset=8 (local.get $at)) (i32.const 0x22)))
      (then (return (i32.const 1))))
    (if (i32.and
          (i64.eq (i64.load (local.get $at)) (i64.const 0x656a624f74654722)) ;; "GetObje
          (i32.eq (i32.load offset=7 (local.get $at)) (i32.const 0x22746365))) ;; ect"
      (then (return (i32.const 2))))
    (i32.const 0))

  ;; Whether the escape at `at` may hide a letter: \u002e, \u0033 and \u0040 to \u007f.
  (func $hides_letter (param $at i32) (result i32)
    (local $high i32)
    (local $low i32)
    (if (i32.ne (i32.load (local.get $at)) (i32.const 0x3030755c)) (then (return (i32.const 0)))) ;; \u00
    (local.set $high (i32.load8_u offset=4 (local.get $at)))
    (local.set $low (i32.or (i32.load8_u offset=5 (local.get $at)) (i32.const 0x20)))
    (i32.or
      (i32.lt_u (i32.sub (local.get $high) (i32.const 0x34)) (i32.const 4))
      (i32.or
        (i32.and (i32.eq (local.get $high) (i32.const 0x32)) (i32.eq (local.get $low) (i32.const 0x65)))
        (i32.and (i32.eq (local.get $high) (i32.const 0x33)) (i32.eq (local.get $low) (i32.const 0x33))))))

  ;; Four masks of 16 bytes as one of 64, the first byte lowest.
  (func $mask (param $a v128) (param $b v128) (param $c v128) (param $d v128) (result i64)
    (i64.or
      (i64.extend_i32_u
        (i32.or
          (i8x16.bitmask (local.get $a))
          (i32.shl (i8x16.bitmask (local.get $b)) (i32.const 16))))
      (i64.shl
        (i64.extend_i32_u
          (i32.or
            (i8x16.bitmask (local.get $c))
            (i32.shl (i8x16.bitmask (local.get $d)) (i32.const 16))))
        (i64.const 32))))

  ;; Which of 16 bytes are brackets: bit 0x20 is all that tells [ from { and ] from }.
  (func $brackets (param $bytes v128) (result v128)
    (local.set $bytes (v128.or (local.get $bytes) (i8x16.splat (i32.const 0x20))))
    (v128.or
      (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x7b)))
      (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x7d)))))

  ;; Scans records from the `{` at $base to $to; answers with the end of the last that is complete, or $base.
  (func (export "scan") (param $base i32) (param $to i32) (result i32)
    (local $end i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $quotes i64) (local $slashes i64) (local $lowest i64)
    (local $escapes i64) ;; backslashes that begin an escape
    (local $escaped i64) ;; the bytes after them
    (local $escaped_next i64) ;; 1 when the next step's first byte is escaped
    (local $inside i64) ;; bytes inside texts, with the quotes that open them
    (local $inside_next i64) ;; all ones when the next step begins inside a text
    (local $events i64)
    (local $bit i64)
    (local $at i32) (local $byte i32) (local $depth i32)
    (local $start i32) (local $source i32) (local $name i32) (local $odd i32)
    (local.set $end (local.get $base))
    (global.set $records (i32.const 0))
    (global.set $found (i32.const 0))
    (global.set $dry (i32.const 0))
    (block $stop
      (loop $step
        (if (i32.ge_u (local.get $base) (local.get $to))
          (then
            (global.set $dry (i32.const 1))
            (br $stop)))
        (local.set $a (v128.load (local.get $base)))
        (local.set $b (v128.load offset=16 (local.get $base)))
        (local.set $c (v128.load offset=32 (local.get $base)))
        (local.set $d (v128.load offset=48 (local.get $base)))

        ;; Escapes: rare, so one after another. A byte that is escaped escapes nothing.
        (local.set $slashes
          (call $mask
            (i8x16.eq (local.get $a) (i8x16.splat (i32.const 0x5c)))
            (i8x16.eq (local.get $b) (i8x16.splat (i32.const 0x5c)))
            (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x5c)))
            (i8x16.eq (local.get $d) (i8x16.splat (i32.const 0x5c)))))
        (local.set $escapes (i64.const 0))
        (local.set $escaped (local.get $escaped_next))
        (local.set $escaped_next (i64.const 0))
        (local.set $slashes
          (i64.and (local.get $slashes) (i64.xor (local.get $escaped) (i64.const -1))))
        (block $no_more
          (loop $escape
            (br_if $no_more (i64.eqz (local.get $slashes)))
            (local.set $lowest
              (i64.and (local.get $slashes) (i64.sub (i64.const 0) (local.get $slashes))))
            (local.set $escapes (i64.or (local.get $escapes) (local.get $lowest)))
            (local.set $escaped
              (i64.or (local.get $escaped) (i64.shl (local.get $lowest) (i64.const 1))))
            (local.set $escaped_next (i64.shr_u (local.get $lowest) (i64.const 63)))
            (local.set $slashes
              (i64.and
                (local.get $slashes)
                (i64.xor (i64.or (local.get $lowest) (local.get $escaped)) (i64.const -1))))
            (br $escape)))

        ;; Texts: each quote turns inside to outside and back, for all bytes after it.
        (local.set $quotes
          (i64.and
            (call $mask
              (i8x16.eq (local.get $a) (i8x16.splat (i32.const 0x22)))
              (i8x16.eq (local.get $b) (i8x16.splat (i32.const 0x22)))
              (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x22)))
              (i8x16.eq (local.get $d) (i8x16.splat (i32.const 0x22))))
            (i64.xor (local.get $escaped) (i64.const -1))))
        (local.set $inside (local.get $quotes))
        (local.set $inside (i64.xor (local.get $inside) (i64.shl (local.get $inside) (i64.const 1))))
        (local.set $inside (i64.xor (local.get $inside) (i64.shl (local.get $inside) (i64.const 2))))
        (local.set $inside (i64.xor (local.get $inside) (i64.shl (local.get $inside) (i64.const 4))))
        (local.set $inside (i64.xor (local.get $inside) (i64.shl (local.get $inside) (i64.const 8))))
        (local.set $inside (i64.xor (local.get $inside) (i64.shl (local.get $inside) (i64.const 16))))
        (local.set $inside (i64.xor (local.get $inside) (i64.shl (local.get $inside) (i64.const 32))))
        (local.set $inside (i64.xor (local.get $inside) (local.get $inside_next)))
        (local.set $inside_next (i64.shr_s (local.get $inside) (i64.const 63)))

        ;; What is looked at, in order: brackets outside texts, escapes, and quotes that open a text in `e`.
        (local.set $events
          (i64.or
            (local.get $escapes)
            (i64.or
              (i64.and
                (call $mask
                  (call $brackets (local.get $a))
                  (call $brackets (local.get $b))
                  (call $brackets (local.get $c))
                  (call $brackets (local.get $d)))
                (i64.xor (local.get $inside) (i64.const -1)))
              (i64.and
                (i64.and (local.get $quotes) (local.get $inside))
                (call $mask
                  (i8x16.eq (v128.load offset=1 (local.get $base)) (i8x16.splat (i32.const 0x65)))
                  (i8x16.eq (v128.load offset=17 (local.get $base)) (i8x16.splat (i32.const 0x65)))
                  (i8x16.eq (v128.load offset=33 (local.get $base)) (i8x16.splat (i32.const 0x65)))
                  (i8x16.eq (v128.load offset=49 (local.get $base)) (i8x16.splat (i32.const 0x65))))))))
        (block $no_event
          (loop $event
            (br_if $no_event (i64.eqz (local.get $events)))
            (local.set $bit (i64.ctz (local.get $events)))
            (local.set $events
              (i64.and (local.get $events) (i64.sub (local.get $events) (i64.const 1))))
            (local.set $at (i32.add (local.get $base) (i32.wrap_i64 (local.get $bit))))
            (local.set $byte (i32.load8_u (local.get $at)))
            (if (i32.eq (local.get $byte) (i32.const 0x22))
              (then
                (br_if $event (i32.ne (local.get $depth) (i32.const 1)))
                (if (i64.eq (i64.load offset=1 (local.get $at)) (i64.const 0x756f53746e657665)) ;; eventSou
                  (then
                    (br_if $event (i32.ne (i32.load offset=9 (local.get $at)) (i32.const 0x22656372))) ;; rce"
                    (local.set $at (call $value_of (i32.add (local.get $at) (i32.const 13))))
                    (br_if $event (i32.eqz (local.get $at)))
                    (local.set $source (call $source_at (local.get $at)))
                    (br $event)))
                (br_if $event
                  (i64.ne (i64.load offset=1 (local.get $at)) (i64.const 0x6d614e746e657665))) ;; eventNam
                (br_if $event (i32.ne (i32.load16_u offset=9 (local.get $at)) (i32.const 0x2265))) ;; e"
                (local.set $at (call $value_of (i32.add (local.get $at) (i32.const 11))))
                (br_if $event (i32.eqz (local.get $at)))
                (local.set $name (call $name_at (local.get $at)))
                (br $event)))
            (if (i32.eq (local.get $byte) (i32.const 0x5c))
              (then
                ;; Outside a text a backslash escapes nothing, so that what follows here is wrong.
                (br_if $stop
                  (i64.eqz
                    (i64.and (i64.shr_u (local.get $inside) (local.get $bit)) (i64.const 1))))
                (br_if $event (i32.ne (local.get $depth) (i32.const 1)))
                (local.set $odd (i32.or (local.get $odd) (call $hides_letter (local.get $at))))
                (br $event)))
            ;; Bit 0x02 tells what opens from what closes.
            (if (i32.and (local.get $byte) (i32.const 2))
              (then
                (if (i32.eqz (local.get $depth))
                  (then
                    (local.set $start (local.get $at))
                    (local.set $source (i32.const 0))
                    (local.set $name (i32.const 0))
                    (local.set $odd (i32.const 0))))
                (local.set $depth (i32.add (local.get $depth) (i32.const 1)))
                (br_if $stop (i32.gt_u (local.get $depth) (i32.const 200)))
                (i32.store8 (local.get $depth) (i32.add (local.get $byte) (i32.const 2)))
                (br $event)))
            (br_if $stop (i32.ne (i32.load8_u (local.get $depth)) (local.get $byte)))
            (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))
            (br_if $event (local.get $depth))

            ;; A record is complete.
            (local.set $end (i32.add (local.get $at) (i32.const 1)))
            (global.set $records (i32.add (global.get $records) (i32.const 1)))
            (local.set $byte
              (select
                (i32.const 3)
                (select
                  (local.get $source)
                  (i32.const 0)
                  (i32.eq (local.get $source) (local.get $name)))
                (local.get $odd)))
            (if (local.get $byte)
              (then
                (local.set $at (i32.mul (global.get $found) (i32.const 12)))
                (i32.store offset=1024 (local.get $at) (local.get $byte))
                (i32.store offset=1028 (local.get $at) (local.get $start))
                (i32.store offset=1032 (local.get $at) (local.get $end))
                (global.set $found (i32.add (global.get $found) (i32.const 1)))
                (br_if $stop (i32.eq (global.get $found) (i32.const 5000)))))
            (local.set $at (call $after_space (local.get $end)))
            (br_if $stop (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x2c)))
            (local.set $at (call $after_space (i32.add (local.get $at) (i32.const 1))))
            (br_if $event (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x7b)))
            (br $stop)))
        (local.set $base (i32.add (local.get $base) (i32.const 64)))
        (br $step)))
    (local.get $end)))
