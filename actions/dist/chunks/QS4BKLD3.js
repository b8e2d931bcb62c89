const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as y}from"./IKKOBCZO.js";import{a as w}from"./DXFLDQQ6.js";import{a}from"./6WBW2SLA.js";import{a as i}from"./VWRC5EHG.js";import{existsSync as h}from"node:fs";import{readdir as q}from"node:fs/promises";import{dirname as N,join as u,resolve as f}from"node:path";import{readFile as $}from"node:fs/promises";import{join as j,relative as M}from"node:path";var S=/\bmigrationStorage(TableName|TableSchema)?["'`]?\s*:\s*["'`]([^"'`]+)["'`]/g,k={TableName:"SequelizeMeta","":"sequelize"};async function l(e,r){for(let t of r){let s=[...(await $(t,"utf8").catch(()=>"")).matchAll(S)].find(([,p="",g])=>k[p]!==g);if(s===void 0)continue;let n=M(e,t);throw new a("InvalidInputs",`"${n}" keeps the record of migrations elsewhere: ${s[0]}`,{hint:'move what is on record into the table "SequelizeMeta" of the schema that is searched first, and take the setting out'})}}i(l,"refuseOtherRecord");function d(e){return["json","js","cjs","ts"].map(r=>j(e,"config",`config.${r}`))}i(d,"usualConfigs");async function J(e,r){let{workspace:t}=r.run,o=f(t,e),s=u(o,".sequelizerc");if(!h(s))return A(e,o),await l(t,d(N(o))),o;let n=[];if(await y({command:process.execPath,args:["--eval",F,s],cwd:o,onLine:i(m=>n.push(m),"onLine")},r)!==0)throw new a("InvalidInputs",`"${s}" cannot be read: ${n.join(" ").slice(0,500)}`,{hint:"correct it until `npx sequelize-cli db:migrate:status` runs, or give the folder of the migrations itself"});let{default:g,...b}=JSON.parse(n.findLast(m=>m.startsWith("{"))??"{}"),c={...b,...g},v=c["migrations-path"]??c.migrationsPath??"migrations",x=c.config===void 0?d(o):[f(o,String(c.config))];return await l(t,x),f(o,String(v))}i(J,"locateMigrations");function A(e,r){if(!(!h(u(r,"package.json"))||!h(u(r,"migrations"))))throw new a("InvalidInputs",`"${e}" is the app's folder, and not that of its migrations`,{hint:`give \`migrations-directory\`: ${u(e,"migrations")}, or add a .sequelizerc that says where they are`})}i(A,"refuseAppFolder");var F=`
const Module = require("node:module");
const load = Module._load;
const absent = new Proxy(function () {}, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => "" : name === "toJSON" ? undefined : absent),
  apply: () => absent,
  construct: () => absent,
});
Module._load = function (...args) {
  try {
    return load.apply(this, args);
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND" || /^[./]/.test(args[0])) throw error;
    return absent;
  }
};
console.log("\\n" + JSON.stringify(require(process.argv[1])));`;async function U(e,r){let o=(await q(e).catch(n=>{throw new a("InvalidInputs",`the migrations' folder "${e}" cannot be read`,{hint:"give the folder of the migrations, or of their .sequelizerc, as input `migrations-directory`",cause:n})})).filter(n=>/\.[cm]?[jt]s$/.test(n)&&!/\.(test|d)\.[cm]?[jt]s$/.test(n)).filter(n=>!/^index\.\w+$/.test(n)&&!n.startsWith(".")).sort(),s=I(o);if(s.length>0)throw new a("MigrationMisnamed",`migrations that could be taken for each other: ${s.join("; ")}`,{hint:"remove one of each; if both are meant, give one another name, as long as no database has it on record"});return o.map(n=>({file:n,name:r===""?n:n.replace(/\w+$/,r)}))}i(U,"listMigrations");function I(e){return[...Map.groupBy(e,t=>t.replace(/\.[cm]?[jt]s$/,"").toLowerCase()).values()].filter(t=>t.length>1).map(t=>t.join(", "))}i(I,"alikeNames");function W(e){return[...Map.groupBy(e,t=>/^\d+(T\d+Z)?/.exec(t)?.[0]??t).values()].filter(t=>t.length>1).map(t=>`migrations with one number run in the order of the rest of their names: ${t.join(", ")}; give one that no database has on record another number if that is not meant`)}i(W,"equalNumbers");function K(e){let r=Buffer.from(e).toString("utf8");return w(r.replace(/^\uFEFF/,"").replaceAll(`\r
`,`
`).trim())}i(K,"sourceDigest");export{J as a,U as b,W as c,K as d};
