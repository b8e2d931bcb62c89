const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{d as l}from"./5MUQHNF4.js";import{b as u}from"./YWCFXTK5.js";import{a as r}from"./VWRC5EHG.js";var N=`
  SELECT to_regclass('"SequelizeMeta"') IS NOT NULL AS "hasRecords", to_regclass('"SequelizeMetaHistory"') IS NOT NULL AS "hasHistory",
         EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('"SequelizeMetaHistory"')
                    AND attname = 'source_sha256' AND NOT attisdropped) AS "hasDigests"`;async function p(e,{hasRecords:t,hasDigests:n}){if(!t)return[];let o=['SELECT name FROM "SequelizeMeta" ORDER BY name',`SELECT DISTINCT ON (name) name, source_sha256 AS sum FROM "SequelizeMetaHistory"
      WHERE direction = 'up' AND status = 'succeeded' ORDER BY name, id DESC`],d=[await e.query(o.slice(0,n?2:1).join("; "))].flat(),[E=[],m=[]]=d.map(({rows:a})=>a),S=new Map(m.map(({name:a,sum:s})=>[a,s]));return E.map(({name:a})=>{let s=S.get(a)??null;return s===null?{name:a}:{name:a,sourceSha256:s}})}r(p,"readRecords");function L({hasRecords:e,hasHistory:t,hasDigests:n}){return[...e?[]:['CREATE TABLE IF NOT EXISTS "SequelizeMeta" (name VARCHAR(255) NOT NULL UNIQUE, PRIMARY KEY (name))'],...t?[]:[`CREATE TABLE IF NOT EXISTS "SequelizeMetaHistory" (
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
  )`],...n?[]:['ALTER TABLE "SequelizeMetaHistory" ADD COLUMN IF NOT EXISTS source_sha256 text']]}r(L,"tablesToMake");function g(e,t,n="true"){let o=[e.name,e.direction,e.status,e.sha256,e.durationMs===void 0?null:Math.round(e.durationMs),t.release,t.commit,t.run,e.error??null,e.sourceSha256??null].map(i);return o[4]=`${o[4]}::integer`,`INSERT INTO "SequelizeMetaHistory" (name, direction, status, sha256, duration_ms, release, commit, run, error, source_sha256)
     SELECT ${o.join(", ")} WHERE ${n}`}r(g,"historyStatement");function y(e,t,n="true"){return e==="down"?`DELETE FROM "SequelizeMeta" WHERE ${c(t)}`:`INSERT INTO "SequelizeMeta" SELECT * FROM jsonb_populate_record(NULL::"SequelizeMeta", ${`jsonb_build_object('name', ${i(t.fileName)}, 'createdAt', now(), 'updatedAt', now())`}) WHERE ${n}`}r(y,"recordStatement");var A='LOCK TABLE "SequelizeMeta" IN SHARE ROW EXCLUSIVE MODE';function M(e){return`EXISTS (SELECT FROM "SequelizeMeta" WHERE ${c(e)})`}r(M,"isRecorded");function c(e){return`name IN (${l(e).map(i).join(", ")})`}r(c,"recordCondition");function i(e){return e===null?"NULL":typeof e=="number"?String(e):u.escapeLiteral(e.replaceAll("\0",""))}r(i,"literal");export{N as a,p as b,L as c,g as d,y as e,A as f,M as g,i as h};
