/** What `work` comes to, or `late` if that takes longer than so many milliseconds; it goes on by itself then. */
export async function inTime<Result>(work: Promise<Result>, milliseconds: number, late: Result): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<Result>((resolve) => {
    timer = setTimeout(resolve, milliseconds, late);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
