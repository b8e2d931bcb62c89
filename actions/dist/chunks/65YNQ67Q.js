const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./6OM4QDQY.js";import"./QCD3PEOK.js";import"./HHFKCDUP.js";import"./7YLSOZ6I.js";import"./4NWTP7G6.js";import"./RM23MNDA.js";import"./NYJNBVUD.js";import"./X5LBIEQM.js";import"./2PD2RSI2.js";export{b as fromTokenFile,a as fromWebToken};
