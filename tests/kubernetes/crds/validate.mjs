// Reads rendered objects (JSON, on the standard input) and prints what their models find wrong, as JSON.
//
// The models refuse wrong types and values, and say nothing of fields that don't exist. So each object is
// read through a proxy: a field that no model asks for is unknown. Where a model looks into a value not at
// all, anything is allowed there.

const PACKAGES = {
  "barmancloud.cnpg.io": "cloudnative-pg",
  "cert-manager.io": "cert-manager",
  "external-secrets.io": "external-secrets",
  "gateway.networking.k8s.io": "gateway-api",
  "monitoring.coreos.com": "prometheus-operator",
  "postgresql.cnpg.io": "cloudnative-pg",
};
const ALWAYS = new Set(["apiVersion", "kind", "metadata"]);

async function modelOf(object) {
  const found = PACKAGES[object.apiVersion.split("/")[0]];
  if (!found) throw new Error(`there is no model of ${object.apiVersion}`);
  const at = `@kubernetes-models/${found}/${object.apiVersion}/${object.kind}`;
  return (await import(at))[object.kind];
}

function watched(value, path, asked) {
  if (value === null || typeof value !== "object") return value;
  const seen = new Set();
  asked.push({ value, path, seen });
  return new Proxy(value, {
    get(target, key) {
      if (typeof key === "symbol" || Array.isArray(target)) return inside(target, key);
      seen.add(key);
      return inside(target, key);
    },
    ownKeys(target) {
      for (const key of Reflect.ownKeys(target)) seen.add(key);
      return Reflect.ownKeys(target);
    },
  });
  function inside(target, key) {
    const found = target[key];
    return Object.hasOwn(target, key) ? watched(found, `${path}/${String(key)}`, asked) : found;
  }
}

function unknown(asked) {
  const seen = new Map();
  for (const each of asked) {
    const known = seen.get(each.path) ?? { value: each.value, seen: new Set() };
    for (const key of each.seen) known.seen.add(key);
    seen.set(each.path, known);
  }
  const found = [];
  for (const [path, each] of seen) {
    if (Array.isArray(each.value) || each.seen.size === 0) continue;
    for (const key of Object.keys(each.value))
      if (!each.seen.has(key) && !(path === "" && ALWAYS.has(key))) found.push(`${path}/${key} is unknown`);
  }
  return found;
}

// The plugin's own kind has no model: its configuration is Barman's, which has.
async function objectStore(object) {
  const { BarmanObjectStoreConfiguration } = await import(
    "@kubernetes-models/cloudnative-pg/github.com/cloudnative-pg/barman-cloud/pkg/api/BarmanObjectStoreConfiguration"
  );
  const rest = Object.keys(object.spec).filter(
    (key) => !["configuration", "retentionPolicy", "instanceSidecarConfiguration"].includes(key),
  );
  return [
    ...rest.map((key) => `/spec/${key} is unknown`),
    ...findings(BarmanObjectStoreConfiguration, object.spec.configuration),
  ];
}

function findings(model, value) {
  const asked = [];
  try {
    model.prototype.validate.call(watched(value, "", asked));
  } catch (refused) {
    if (!refused.errors) throw refused;
    return refused.errors.map((each) => `${each.instancePath} ${each.message}`);
  }
  return unknown(asked);
}

let text = "";
for await (const chunk of process.stdin) text += chunk;
const all = [];
for (const object of JSON.parse(text)) {
  const name = `${object.kind} ${object.metadata.name}`;
  const found = object.kind === "ObjectStore" ? await objectStore(object) : findings(await modelOf(object), object);
  all.push(...found.map((each) => `${name}: ${each}`));
}
console.log(JSON.stringify(all));
