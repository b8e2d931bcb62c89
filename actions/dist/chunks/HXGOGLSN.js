const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as v}from"./AYYWUHTG.js";import{a as b}from"./IFCS7N66.js";import{a as c}from"./EWIORAPK.js";import{I as y,j as q,k as w}from"./EVEZHNXS.js";import{a as i,f as u}from"./VWRC5EHG.js";var M=u(q(),1),j=u(w(),1),a=u(y(),1);var x=u(w(),1),l=u(y(),1);var N=/\bmigrationStorage(TableName|TableSchema)?["'`]?\s*:\s*["'`]([^"'`]+)["'`]/g,O={TableName:"SequelizeMeta","":"sequelize"};async function d(n,r){for(let t of r){let s=[...(await(0,x.readFile)(t,"utf8").catch(()=>"")).matchAll(N)].find(([,p="",m])=>O[p]!==m);if(s===void 0)continue;let e=(0,l.relative)(n,t);throw new c("InvalidInputs",`"${e}" keeps the record of migrations elsewhere: ${s[0]}`,{hint:'move what is on record into the table "SequelizeMeta" of the schema that is searched first, and take the setting out'})}}i(d,"refuseOtherRecord");function h(n){return["json","js","cjs","ts"].map(r=>(0,l.join)(n,"config",`config.${r}`))}i(h,"usualConfigs");async function _(n,r){let{workspace:t}=r.run,o=(0,a.resolve)(t,n),s=(0,a.join)(o,".sequelizerc");if(!(0,M.existsSync)(s))return await d(t,h((0,a.dirname)(o))),o;let e=[];if(await v({command:process.execPath,args:["--eval",A,s],cwd:o,onLine:i(f=>e.push(f),"onLine")},r)!==0)throw new c("InvalidInputs",`"${s}" cannot be read: ${e.join(" ").slice(0,500)}`,{hint:"correct it until `npx sequelize-cli db:migrate:status` runs, or give the folder of the migrations itself"});let{default:m,...S}=JSON.parse(e.findLast(f=>f.startsWith("{"))??"{}"),g={...S,...m},$=g["migrations-path"]??g.migrationsPath??"migrations",k=g.config===void 0?h(o):[(0,a.resolve)(o,String(g.config))];return await d(t,k),(0,a.resolve)(o,String($))}i(_,"locateMigrations");var A=`
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
console.log("\\n" + JSON.stringify(require(process.argv[1])));`;async function L(n,r){let o=(await(0,j.readdir)(n).catch(e=>{throw new c("InvalidInputs",`the migrations' folder "${n}" cannot be read`,{hint:"give the folder of the migrations, or of their .sequelizerc, as input `migrations-directory`",cause:e})})).filter(e=>/\.[cm]?[jt]s$/.test(e)&&!/\.(test|d)\.[cm]?[jt]s$/.test(e)).filter(e=>!/^index\.\w+$/.test(e)&&!e.startsWith(".")).sort(),s=F(o);if(s.length>0)throw new c("MigrationMisnamed",`migrations that could be taken for each other: ${s.join("; ")}`,{hint:"remove one of each; if both are meant, give one another name, as long as no database has it on record"});return o.map(e=>({file:e,name:r===""?e:e.replace(/\w+$/,r)}))}i(L,"listMigrations");function F(n){return[...Map.groupBy(n,t=>t.replace(/\.[cm]?[jt]s$/,"").toLowerCase()).values()].filter(t=>t.length>1).map(t=>t.join(", "))}i(F,"alikeNames");function B(n){return[...Map.groupBy(n,t=>/^\d+(T\d+Z)?/.exec(t)?.[0]??t).values()].filter(t=>t.length>1).map(t=>`migrations with one number run in the order of the rest of their names: ${t.join(", ")}; give one that no database has on record another number if that is not meant`)}i(B,"equalNumbers");function U(n){let r=Buffer.from(n).toString("utf8");return b(r.replace(/^\uFEFF/,"").replaceAll(`\r
`,`
`).trim())}i(U,"sourceDigest");export{_ as a,L as b,B as c,U as d};
