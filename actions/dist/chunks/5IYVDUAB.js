const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as s}from"./VWRC5EHG.js";function i(t,n){return t.endsWith(".ts")?new URL(`./${n}.ts`,t):new URL(/\/(?:chunks|main)\/[^/]+$/.test(t)?`../${n}.js`:`./${n}.js`,t)}s(i,"ownProgram");export{i as a};
