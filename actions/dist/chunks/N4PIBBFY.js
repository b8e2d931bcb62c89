const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as t}from"./VWRC5EHG.js";var n=t(r=>{if(r==="")return null;try{return`${JSON.stringify(JSON.parse(r),null,2)}
`}catch{throw new Error("must be JSON")}},"configText");export{n as a};
