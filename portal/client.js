/** The API, as the page uses it. `token` answers the bearer token, or null where none is asked for. */
export function createClient({ apiBase }, token) {
  const request = async (path, options = {}) => {
    const bearer = token();
    const response = await fetch(`${apiBase}${path}`, {
      ...options,
      headers: { accept: 'application/json', ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) },
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    const error = new Error(answer.detail ?? answer.message ?? `The API answered ${response.status}.`);
    error.status = response.status;
    throw error;
  };
  const encoded = (path) => path.split('/').map(encodeURIComponent).join('/');
  const link = async (runId, path) => request(`/runs/${runId}/files/${encoded(path)}`);
  return {
    list: async (before) => request(`/runs${before ? `?before=${before}` : ''}`),
    signingKey: async () => request('/signing-key'),
    run: async (runId) => request(`/runs/${runId}`),
    start: async () => request('/runs', { method: 'POST', body: '{}' }),
    link,
    /** The bytes of a file, straight from the report bucket; its address carries its own authorisation. */
    download: async (runId, path) => {
      const { url } = await link(runId, path);
      const response = await fetch(url, { referrerPolicy: 'no-referrer', credentials: 'omit' });
      if (!response.ok) throw new Error(`the download answered ${response.status}`);
      return response.arrayBuffer();
    },
  };
}
