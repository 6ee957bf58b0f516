/**
 * Published headers, and what bits stand for.
 *
 * Blocks 0 to 11 of Bitcoin's main network: https://github.com/btcsuite/btcd/blob/2c67bc29/netsync/testdata/blockheaders-mainnet-1-11.txt
 * and chaincfg/genesis.go (genesisBlock). The hash of each is in the one behind it. Two later ones:
 * https://github.com/btcsuite/btcd/tree/2c67bc29/wire/testdata, in files that are named by their hashes.
 */
export const MAINNET: readonly string[] = [
  '0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c',
  '010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000982051fd1e4ba744bbbe680e1fee14677ba1a3c3540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299',
  '010000004860eb18bf1b1620e37e9490fc8a427514416fd75159ab86688e9a8300000000d5fdcc541e25de1c7a5addedf24858b8bb665c9f36ef744ee42c316022c90f9bb0bc6649ffff001d08d2bd61',
  '01000000bddd99ccfda39da1b108ce1a5d70038d0a967bacb68b6b63065f626a0000000044f672226090d85db9a9f2fbfe5f0f9609b387af7be5b7fbb7a1767c831c9e995dbe6649ffff001d05e0ed6d',
  '010000004944469562ae1c2c74d9a535e00b6f3e40ffbad4f2fda3895501b582000000007a06ea98cd40ba2e3288262b28638cec5337c1456aaf5eedc8e9e5a20f062bdf8cc16649ffff001d2bfee0a9',
  '0100000085144a84488ea88d221c8bd6c059da090e88f8a2c99690ee55dbba4e00000000e11c48fecdd9e72510ca84f023370c9a38bf91ac5cae88019bee94d24528526344c36649ffff001d1d03e477',
  '01000000fc33f596f822a0a1951ffdbf2a897b095636ad871707bf5d3162729b00000000379dfb96a5ea8c81700ea4ac6b97ae9a9312b2d4301a29580e924ee6761a2520adc46649ffff001d189c4c97',
  '010000008d778fdc15a2d3fb76b7122a3b5582bea4f21f5a0c693537e7a03130000000003f674005103b42f984169c7d008370967e91920a6a5d64fd51282f75bc73a68af1c66649ffff001d39a59c86',
  '010000004494c8cf4154bdcc0720cd4a59d9c9b285e4b146d45f061d2b6c967100000000e3855ed886605b6d4a99d5fa2ef2e9b0b164e63df3c4136bebf2d0dac0f1f7a667c86649ffff001d1c4b5666',
  '01000000c60ddef1b7618ca2348a46e868afc26e3efc68226c78aa47f8488c4000000000c997a5e56e104102fa209c6a852dd90660a20b2d9c352423edce25857fcd37047fca6649ffff001d28404f53',
  '010000000508085c47cc849eb80ea905cc7800a3be674ffc57263cf210c59d8d00000000112ba175a1e04b14ba9e7ea5f76ab640affeef5ec98173ac9799a852fa39add320cd6649ffff001d1e2de565',
  '01000000e915d9a478e3adf3186c07c61a22228b10fd87df343c92782ecc052c000000006e06373c80de397406dc3d19c90d71d230058d28293614ea58d6a57f8f5d32f8b8ce6649ffff001d173807f8',
]

/** By their hashes. */
export const LATER: Readonly<Record<string, string>> = {
  '00000000000000000021868c2cefc52a480d173c849412fe81c4e5ab806f94ab':
    '00000020a1d2b3b757ad55fa1c670f9f59372a2a26f1a85197711e00000000000000000070be58da7ef0a754ef5947910fa1bb0c19160d641cf212ae46ba53e0327233bc2367905b2dd729174c3ae2db',
  '0000000000000000001602407ac49862a7bca9d00f7f402db20b7be2f5de59d2':
    '0000002075aec137238bdabdc10d6cb80178ef9f6f3e5d869a891a000000000000000000529e3a982a92c01aa00100bbb97e1e20670433d1297b24e0de66a8889f5843735773ca5c114e2c170ef23499',
}

/** https://github.com/bitcoin/bitcoin/blob/master/src/test/arith_uint256_tests.cpp, bignum_SetCompact: null where it is negative, zero or an overflow. */
export const COMPACT: readonly (readonly [bits: number, target: string | null, what: string])[] = [
  [0x00000000, null, 'zero'],
  [0x00123456, null, 'zero, because the mantissa is shifted out'],
  [0x01003456, null, 'zero, because the mantissa is shifted out'],
  [0x02000056, null, 'zero, because the mantissa is shifted out'],
  [0x03000000, null, 'zero'],
  [0x04000000, null, 'zero'],
  [0x00923456, null, 'with the sign'],
  [0x01803456, null, 'with the sign'],
  [0x02800056, null, 'with the sign'],
  [0x03800000, null, 'with the sign'],
  [0x04800000, null, 'with the sign'],
  [0x01123456, '12', 'rounded down'],
  [0x01fedcba, null, 'with the sign'],
  [0x02123456, '1234', 'rounded down'],
  [0x03123456, '123456', 'the mantissa'],
  [0x04123456, '12345600', 'the mantissa × 256'],
  [0x04923456, null, 'with the sign'],
  [0x05009234, '92340000', 'the mantissa × 256²'],
  [0x20123456, `123456${'00'.repeat(29)}`, 'the mantissa × 256²⁹'],
  [0xff123456, null, 'far over 256 bits'],
]
