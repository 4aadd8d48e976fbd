;; The sums of the classifier, several columns at a time. `npm run kernel` turns this into kernel.generated.ts; kernel.ts
;; says what each function does, kernel.test.ts holds them against plain loops. All addresses are in bytes.
(module
  (memory (export "memory") 1)

  (func (export "sumRows")
    (param $table i32) (param $width i32) (param $mask i32) (param $hashes i32) (param $count i32) (param $sums i32)
    (local $end i32) (local $last i32) (local $column i32) (local $at i32) (local $from i32) (local $out i32) (local $sum v128)
    (if (i32.eqz (local.get $count)) (then (return)))
    (local.set $end (i32.add (local.get $hashes) (i32.shl (local.get $count) (i32.const 2))))
    ;; Up to 256 rows at a time: 256 * -128 is just what a lane of 16 bits holds.
    (loop $piece
      (local.set $last (i32.add (local.get $hashes) (i32.const 1024)))
      (if (i32.gt_u (local.get $last) (local.get $end)) (then (local.set $last (local.get $end))))
      (local.set $column (i32.const 0))
      (loop $eight
        (local.set $from (i32.add (local.get $table) (local.get $column)))
        (local.set $at (local.get $hashes))
        (local.set $sum (v128.const i32x4 0 0 0 0))
        (loop $row
          (local.set $sum
            (i16x8.add
              (local.get $sum)
              (v128.load8x8_s
                (i32.add
                  (local.get $from)
                  (i32.mul (i32.and (i32.load (local.get $at)) (local.get $mask)) (local.get $width))))))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br_if $row (i32.lt_u (local.get $at) (local.get $last))))
        (local.set $out (i32.add (local.get $sums) (i32.shl (local.get $column) (i32.const 2))))
        (v128.store
          (local.get $out)
          (i32x4.add (v128.load (local.get $out)) (i32x4.extend_low_i16x8_s (local.get $sum))))
        (v128.store offset=16
          (local.get $out)
          (i32x4.add (v128.load offset=16 (local.get $out)) (i32x4.extend_high_i16x8_s (local.get $sum))))
        (local.set $column (i32.add (local.get $column) (i32.const 8)))
        (br_if $eight (i32.lt_u (local.get $column) (local.get $width))))
      (local.set $hashes (local.get $last))
      (br_if $piece (i32.lt_u (local.get $hashes) (local.get $end)))))

  (func (export "sumWords")
    (param $rows i32) (param $width i32) (param $numbers i32) (param $count i32) (param $sums i32)
    (local $end i32) (local $column i32) (local $at i32) (local $from i32) (local $bytes i32) (local $out i32) (local $sum v128)
    (if (i32.eqz (local.get $count)) (then (return)))
    (local.set $end (i32.add (local.get $numbers) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $bytes (i32.shl (local.get $width) (i32.const 1)))
    (loop $four
      (local.set $from (i32.add (local.get $rows) (i32.shl (local.get $column) (i32.const 1))))
      (local.set $out (i32.add (local.get $sums) (i32.shl (local.get $column) (i32.const 2))))
      (local.set $sum (v128.load (local.get $out)))
      (local.set $at (local.get $numbers))
      (loop $word
        (local.set $sum
          (i32x4.add
            (local.get $sum)
            (v128.load16x4_s
              (i32.add (local.get $from) (i32.mul (i32.load (local.get $at)) (local.get $bytes))))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $word (i32.lt_u (local.get $at) (local.get $end))))
      (v128.store (local.get $out) (local.get $sum))
      (local.set $column (i32.add (local.get $column) (i32.const 4)))
      (br_if $four (i32.lt_u (local.get $column) (local.get $width)))))

  (func (export "findBest")
    (param $table i32) (param $filters i32) (param $rows i32) (param $count i32) (param $scale i32) (param $bias i32)
    (param $out i32)
    (local $end i32) (local $filter i32) (local $at i32) (local $four i32) (local $best v128)
    (local $left i32) (local $middle i32) (local $right i32)
    (local $asLeft i32) (local $asMiddle i32) (local $asRight i32)
    (if (i32.eqz (local.get $count)) (then (return)))
    (local.set $end (i32.add (local.get $rows) (i32.shl (local.get $count) (i32.const 2))))
    (loop $eight
      (local.set $asLeft (i32.add (local.get $table) (local.get $filter)))
      (local.set $asMiddle (i32.add (local.get $asLeft) (local.get $filters)))
      (local.set $asRight (i32.add (local.get $asMiddle) (local.get $filters)))
      (local.set $best (i16x8.splat (i32.const -32768)))
      (local.set $at (local.get $rows))
      (local.set $left (i32.load (local.get $at)))
      (local.set $middle (i32.load offset=4 (local.get $at)))
      (loop $word
        (local.set $right (i32.load offset=8 (local.get $at)))
        (local.set $best
          (i16x8.max_s
            (local.get $best)
            (i16x8.add
              (i16x8.add
                (v128.load8x8_s (i32.add (local.get $asLeft) (local.get $left)))
                (v128.load8x8_s (i32.add (local.get $asMiddle) (local.get $middle))))
              (v128.load8x8_s (i32.add (local.get $asRight) (local.get $right))))))
        (local.set $left (local.get $middle))
        (local.set $middle (local.get $right))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $word (i32.lt_u (local.get $at) (local.get $end))))
      (local.set $four (i32.shl (local.get $filter) (i32.const 2)))
      (v128.store
        (i32.add (local.get $out) (local.get $four))
        (f32x4.max
          (v128.const f32x4 0 0 0 0)
          (f32x4.add
            (v128.load (i32.add (local.get $bias) (local.get $four)))
            (f32x4.mul
              (v128.load (i32.add (local.get $scale) (local.get $four)))
              (f32x4.convert_i32x4_s (i32x4.extend_low_i16x8_s (local.get $best)))))))
      (v128.store offset=16
        (i32.add (local.get $out) (local.get $four))
        (f32x4.max
          (v128.const f32x4 0 0 0 0)
          (f32x4.add
            (v128.load offset=16 (i32.add (local.get $bias) (local.get $four)))
            (f32x4.mul
              (v128.load offset=16 (i32.add (local.get $scale) (local.get $four)))
              (f32x4.convert_i32x4_s (i32x4.extend_high_i16x8_s (local.get $best)))))))
      (local.set $filter (i32.add (local.get $filter) (i32.const 8)))
      (br_if $eight (i32.lt_u (local.get $filter) (local.get $filters)))))

  (func (export "addProducts")
    (param $inputs i32) (param $count i32) (param $weights i32) (param $width i32) (param $out i32)
    (local $end i32) (local $bytes i32) (local $last i32) (local $at i32) (local $from i32) (local $sum v128)
    (local.set $end (i32.add (local.get $inputs) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $bytes (i32.shl (local.get $width) (i32.const 2)))
    (local.set $last (i32.add (local.get $out) (local.get $bytes)))
    (loop $four
      (local.set $from (local.get $weights))
      (local.set $at (local.get $inputs))
      (local.set $sum (v128.load (local.get $out)))
      (loop $input
        (local.set $sum
          (f32x4.add
            (local.get $sum)
            (f32x4.mul (v128.load32_splat (local.get $at)) (v128.load (local.get $from)))))
        (local.set $from (i32.add (local.get $from) (local.get $bytes)))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $input (i32.lt_u (local.get $at) (local.get $end))))
      (v128.store (local.get $out) (local.get $sum))
      (local.set $weights (i32.add (local.get $weights) (i32.const 16)))
      (local.set $out (i32.add (local.get $out) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $out) (local.get $last)))))

  (func (export "addOpinions")
    (param $logits i32) (param $count i32) (param $weights i32) (param $width i32) (param $squashed i32)
    (local $i i32) (local $column i32) (local $out i32) (local $row i32) (local $logit f32) (local $opinion v128)
    (loop $each
      (local.set $logit (f32.load (i32.add (local.get $logits) (i32.shl (local.get $i) (i32.const 2)))))
      (local.set $logit
        (f32.div (local.get $logit) (f32.add (f32.const 1) (f32.abs (local.get $logit)))))
      (f32.store (i32.add (local.get $squashed) (i32.shl (local.get $i) (i32.const 2))) (local.get $logit))
      (local.set $opinion (f32x4.splat (local.get $logit)))
      ;; Only later columns listen.
      (local.set $column (i32.and (local.get $i) (i32.const -4)))
      (local.set $row
        (i32.add
          (local.get $weights)
          (i32.shl (i32.mul (local.get $i) (local.get $width)) (i32.const 2))))
      (loop $four
        (local.set $out (i32.add (local.get $logits) (i32.shl (local.get $column) (i32.const 2))))
        (v128.store
          (local.get $out)
          (f32x4.add
            (v128.load (local.get $out))
            (f32x4.mul
              (local.get $opinion)
              (v128.load (i32.add (local.get $row) (i32.shl (local.get $column) (i32.const 2)))))))
        (local.set $column (i32.add (local.get $column) (i32.const 4)))
        (br_if $four (i32.lt_u (local.get $column) (local.get $width))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $each (i32.lt_u (local.get $i) (local.get $count))))))
