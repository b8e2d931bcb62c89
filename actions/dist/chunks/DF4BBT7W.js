const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as x}from"./AYYWUHTG.js";import{a as v}from"./IFCS7N66.js";import{a as c}from"./EWIORAPK.js";import{I as b,j as q,k as y}from"./EVEZHNXS.js";import{a as i,f as u}from"./VWRC5EHG.js";var l=u(q(),1),j=u(y(),1),s=u(b(),1);var $=u(y(),1),m=u(b(),1);var N=/\bmigrationStorage(TableName|TableSchema)?["'`]?\s*:\s*["'`]([^"'`]+)["'`]/g,A={TableName:"SequelizeMeta","":"sequelize"};async function h(e,r){for(let t of r){let a=[...(await(0,$.readFile)(t,"utf8").catch(()=>"")).matchAll(N)].find(([,w="",d])=>A[w]!==d);if(a===void 0)continue;let n=(0,m.relative)(e,t);throw new c("InvalidInputs",`"${n}" keeps the record of migrations elsewhere: ${a[0]}`,{hint:'move what is on record into the table "SequelizeMeta" of the schema that is searched first, and take the setting out'})}}i(h,"refuseOtherRecord");function p(e){return["json","js","cjs","ts"].map(r=>(0,m.join)(e,"config",`config.${r}`))}i(p,"usualConfigs");async function L(e,r){let{workspace:t}=r.run,o=(0,s.resolve)(t,e),a=(0,s.join)(o,".sequelizerc");if(!(0,l.existsSync)(a))return F(e,o),await h(t,p((0,s.dirname)(o))),o;let n=[];if(await x({command:process.execPath,args:["--eval",I,a],cwd:o,onLine:i(f=>n.push(f),"onLine")},r)!==0)throw new c("InvalidInputs",`"${a}" cannot be read: ${n.join(" ").slice(0,500)}`,{hint:"correct it until `npx sequelize-cli db:migrate:status` runs, or give the folder of the migrations itself"});let{default:d,...M}=JSON.parse(n.findLast(f=>f.startsWith("{"))??"{}"),g={...M,...d},S=g["migrations-path"]??g.migrationsPath??"migrations",k=g.config===void 0?p(o):[(0,s.resolve)(o,String(g.config))];return await h(t,k),(0,s.resolve)(o,String(S))}i(L,"locateMigrations");function F(e,r){if(!(!(0,l.existsSync)((0,s.join)(r,"package.json"))||!(0,l.existsSync)((0,s.join)(r,"migrations"))))throw new c("InvalidInputs",`"${e}" is the app's folder, and not that of its migrations`,{hint:`give \`migrations-directory\`: ${(0,s.join)(e,"migrations")}, or add a .sequelizerc that says where they are`})}i(F,"refuseAppFolder");var I=`
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
console.log("\\n" + JSON.stringify(require(process.argv[1])));`;async function B(e,r){let o=(await(0,j.readdir)(e).catch(n=>{throw new c("InvalidInputs",`the migrations' folder "${e}" cannot be read`,{hint:"give the folder of the migrations, or of their .sequelizerc, as input `migrations-directory`",cause:n})})).filter(n=>/\.[cm]?[jt]s$/.test(n)&&!/\.(test|d)\.[cm]?[jt]s$/.test(n)).filter(n=>!/^index\.\w+$/.test(n)&&!n.startsWith(".")).sort(),a=O(o);if(a.length>0)throw new c("MigrationMisnamed",`migrations that could be taken for each other: ${a.join("; ")}`,{hint:"remove one of each; if both are meant, give one another name, as long as no database has it on record"});return o.map(n=>({file:n,name:r===""?n:n.replace(/\w+$/,r)}))}i(B,"listMigrations");function O(e){return[...Map.groupBy(e,t=>t.replace(/\.[cm]?[jt]s$/,"").toLowerCase()).values()].filter(t=>t.length>1).map(t=>t.join(", "))}i(O,"alikeNames");function D(e){return[...Map.groupBy(e,t=>/^\d+(T\d+Z)?/.exec(t)?.[0]??t).values()].filter(t=>t.length>1).map(t=>`migrations with one number run in the order of the rest of their names: ${t.join(", ")}; give one that no database has on record another number if that is not meant`)}i(D,"equalNumbers");function W(e){let r=Buffer.from(e).toString("utf8");return v(r.replace(/^\uFEFF/,"").replaceAll(`\r
`,`
`).trim())}i(W,"sourceDigest");export{L as a,B as b,D as c,W as d};
