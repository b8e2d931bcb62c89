const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as n}from"./VWRC5EHG.js";function l(r,e){r.write(`${JSON.stringify(e)}
`)}n(l,"send");function i(r,e){let o="";r.setEncoding("utf8"),r.on("data",d=>{let a=(o+d).split(`
`);o=a.pop()??"";for(let t of a)e(t)})}n(i,"onLines");export{l as a,i as b};
