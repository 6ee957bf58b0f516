import assert from 'node:assert/strict'
import { createAddressBook } from '../../../../labs/run/address-book.ts'

describe('an address book', () => {
  const book = createAddressBook()
  // n1 and n2 listen at 1001 and 1002; their links are at 2012 (n1's to n2), 2013, and so on.
  for (const n of [1, 2, 3]) book.settle(`n${n}`, 1000 + n)
  book.know({
    n1: { n2: 2012, n3: 2013 },
    n2: { n1: 2021, n3: 2023 },
    n3: { n1: 2031, n2: 2032 },
  })

  it('tells each node of the others what its own links are', () => {
    assert.equal(book.translate('127.0.0.1:2013', 'n1', 'n2'), '127.0.0.1:2023')
    assert.equal(book.translate('127.0.0.1:2021', 'n2', 'n3'), '127.0.0.1:2031')
  })

  it('tells a node of itself where it listens, and others of it where it is for them', () => {
    assert.equal(book.translate('127.0.0.1:2012', 'n1', 'n2'), '127.0.0.1:1002')
    assert.equal(book.translate('127.0.0.1:1002', 'n2', 'n1'), '127.0.0.1:2012')
  })

  it('leaves alone what is none of the nodes', () => {
    for (const address of ['127.0.0.1:9999', '127.0.0.2:2012', '10.0.0.1:1001', 'n2', '', '127.0.0.1:2031'])
      assert.equal(book.translate(address, 'n1', 'n2'), address)
  })

  it('knows the links that lead to a node, as they change', () => {
    const other = createAddressBook()
    const links = other.towards('n1')
    assert.deepEqual([...links], [])
    other.know({ n1: { n2: 1 }, n2: { n1: 2 }, n3: { n1: 3, n2: 4 } })
    assert.deepEqual(
      [...links],
      [
        ['n2', 2],
        ['n3', 3],
      ],
    )
    other.know({ n1: { n2: 1 }, n2: { n1: 5 }, n3: { n1: 3, n2: 4 } })
    assert.deepEqual(
      [...links],
      [
        ['n2', 5],
        ['n3', 3],
      ],
    )
  })

  it('is complete when the links of all are known, and says whose are missing', async () => {
    const other = createAddressBook()
    const complete = other.until(['n1', 'n2'], 60_000)
    other.know({ n1: { n2: 1 } })
    other.know({ n1: { n2: 1 }, n2: { n1: 2 } })
    await complete
    await assert.rejects(other.until(['n1', 'n2', 'n3'], 1), /after 0\.001 s, the links of n3 are not there/)
  })
})
