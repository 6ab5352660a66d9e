// What Streamlit loads: a door to the modules that the app serves itself.
export default async function mount({ data, parentElement, setTriggerValue }) {
  const { update } = await import(`${location.origin}${data.assets}/main.js`);
  return update({ data, root: parentElement, send: (message) => setTriggerValue("view", message) });
}
