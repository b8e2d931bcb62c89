const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{f as i}from"./EVEZHNXS.js";import{a as r,f as a}from"./VWRC5EHG.js";var t=a(i(),1);function n(e){return(0,t.createHash)("sha256").update(e).digest("hex")}r(n,"sha256");export{n as a};
