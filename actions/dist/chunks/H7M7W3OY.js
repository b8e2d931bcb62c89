const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./TGZVVV35.js";import"./SRGQBRPZ.js";import"./BDSUXXHN.js";import"./DLJKH3D3.js";import"./HPXJKNSN.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
