const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as i}from"./VWRC5EHG.js";function m(e){return async(t,n)=>{let[a]=await e.query(t,{logging:!1,...n===void 0?{}:{bind:[...n]}});return a??[]}}i(m,"executeWith");function u(e){return e.replace(/\.[cm]?[jt]s$/,"")}i(u,"migrationOf");async function E(e){let[t]=await e(`SELECT to_regclass('"SequelizeMeta"') IS NOT NULL AS meta, to_regclass('"SequelizeMetaHistory"') IS NOT NULL AS history`);if(!t?.meta)return[];let n=await e('SELECT name FROM "SequelizeMeta" ORDER BY name'),a=t.history?await e(`SELECT DISTINCT ON (name) name, sha256 FROM "SequelizeMetaHistory"
          WHERE direction = 'up' AND status = 'succeeded' ORDER BY name, id DESC`):[],s=new Map(a.map(({name:r,sha256:o})=>[r,o]));return[...new Set(n.map(({name:r})=>u(String(r))))].map(r=>{let o=s.get(r);return o===void 0?{name:r}:{name:r,sha256:o}})}i(E,"readRecords");async function c(e){await e('CREATE TABLE IF NOT EXISTS "SequelizeMeta" (name VARCHAR(255) NOT NULL UNIQUE, PRIMARY KEY (name))'),await e(`CREATE TABLE IF NOT EXISTS "SequelizeMetaHistory" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    direction text NOT NULL,
    status text NOT NULL,
    sha256 text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    duration_ms integer,
    release text,
    commit text,
    run text,
    error text
  )`)}i(c,"ensureTables");async function d(e,t,n){await e(`INSERT INTO "SequelizeMetaHistory" (name, direction, status, sha256, duration_ms, release, commit, run, error)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,[t.name,t.direction,t.status,t.sha256,t.durationMs===void 0?null:Math.round(t.durationMs),n.release,n.commit,n.run,t.error??null])}i(d,"writeHistory");async function l(e,t,n,a){if(t==="up"){await e('INSERT INTO "SequelizeMeta" (name) VALUES ($1)',[a]);return}let s=await e('SELECT name FROM "SequelizeMeta"');for(let{name:r}of s.filter(o=>u(String(o.name))===n.name))await e('DELETE FROM "SequelizeMeta" WHERE name = $1',[r])}i(l,"recordMigration");async function S(e,t){return await e('LOCK TABLE "SequelizeMeta" IN SHARE ROW EXCLUSIVE MODE'),(await e('SELECT name FROM "SequelizeMeta"')).some(a=>u(String(a.name))===t)}i(S,"fence");export{m as a,E as b,c,d,l as e,S as f};
