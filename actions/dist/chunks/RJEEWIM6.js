const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as d}from"./2MZEGGJC.js";import{a as m}from"./5HV35MVM.js";import{a as c}from"./HPXJKNSN.js";import{I as x,j as b,k as v}from"./EVEZHNXS.js";import{a as o,f as g}from"./VWRC5EHG.js";var p=g(b(),1),f=g(v(),1),a=g(x(),1);async function S(n,r){let t=(0,a.resolve)(r.run.workspace,n),i=(0,a.join)(t,".sequelizerc");if(!(0,p.existsSync)(i))return t;let s=[];if(await d({command:process.execPath,args:["--eval",M,i],cwd:t,onLine:o(u=>s.push(u),"onLine")},r)!==0)throw new c("InvalidInputs",`"${i}" cannot be read: ${s.join(" ").slice(0,500)}`,{hint:"correct it until `npx sequelize-cli db:migrate:status` runs, or give the folder of the migrations itself"});let{default:h,...w}=JSON.parse(s.findLast(u=>u.startsWith("{"))??"{}"),l={...w,...h},y=l["migrations-path"]??l.migrationsPath??"migrations";return(0,a.resolve)(t,String(y))}o(S,"locateMigrations");var M=`
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
console.log("\\n" + JSON.stringify(require(process.argv[1])));`;async function N(n,r){let i=(await(0,f.readdir)(n).catch(e=>{throw new c("InvalidInputs",`the migrations' folder "${n}" cannot be read`,{hint:"give the folder of the migrations, or of their .sequelizerc, as input `migrations-directory`",cause:e})})).filter(e=>/\.[cm]?[jt]s$/.test(e)&&!/\.(test|d)\.[cm]?[jt]s$/.test(e)).filter(e=>!/^index\.\w+$/.test(e)&&!e.startsWith(".")).sort(),s=$(i);if(s.length>0)throw new c("MigrationMisnamed",`migrations that could be taken for each other: ${s.join("; ")}`,{hint:"remove one of each; if both are meant, give one another name, as long as no database has it on record"});return i.map(e=>({file:e,name:r===""?e:e.replace(/\w+$/,r)}))}o(N,"listMigrations");function $(n){return[...Map.groupBy(n,t=>t.replace(/\.[cm]?[jt]s$/,"").toLowerCase()).values()].filter(t=>t.length>1).map(t=>t.join(", "))}o($,"alikeNames");function q(n){return[...Map.groupBy(n,t=>/^\d+(T\d+Z)?/.exec(t)?.[0]??t).values()].filter(t=>t.length>1).map(t=>`migrations with one number run in the order of the rest of their names: ${t.join(", ")}; give one that no database has on record another number if that is not meant`)}o(q,"equalNumbers");function A(n){let r=Buffer.from(n).toString("utf8");return m(r.replace(/^\uFEFF/,"").replaceAll(`\r
`,`
`).trim())}o(A,"sourceDigest");export{S as a,N as b,q as c,A as d};
