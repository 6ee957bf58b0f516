// Exercise 2.6: Noise. Write the function, then check.

/** Accept connections on host and port. Return the port you really listen on. */
export async function listen({ host, port }: { host: string; port: number }): Promise<{ port: number }> {
  throw new Error('listen is not written yet')
}
