const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./7ZDD7XLS.js";import"./SRGQBRPZ.js";import"./U5NMBAU2.js";import"./BDSUXXHN.js";import"./D4IZF4AM.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
