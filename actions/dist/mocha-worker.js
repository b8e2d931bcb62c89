const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as r}from"./chunks/VWRC5EHG.js";import{appendFileSync as s}from"node:fs";function t(i,e){let n=process.env.TEST_EVENTS_FILE;if(n===void 0||e===void 0)return;let{state:o,duration:a}=e,c={event:i,name:e.titlePath().join(" \u203A "),file:e.file,state:o,duration:a};try{s(n,`${JSON.stringify({...c,retry:e.currentRetry()})}
`)}catch{}}r(t,"say");var d={beforeEach(){t("begin",this.currentTest)},afterEach(){t("end",this.currentTest)}};export{d as mochaHooks};
