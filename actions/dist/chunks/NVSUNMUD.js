const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./KYMLGF5X.js";import"./BDSUXXHN.js";import"./ZUHEXT2X.js";import"./QSH3LANZ.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
