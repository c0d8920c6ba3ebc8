export async function get(url) {
  let response;
  try {
    response = await fetch(url);
  } catch (error) {
    // What the export fails with has to be text.
    throw String(error);
  }
  return `${response.status} ${await response.text()}`;
}

export async function repeat(url, times) {
  for (let count = 0; count < times; count++) await get(url);
}
