const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{j as d}from"./chunks/EVEZHNXS.js";import{a as r,f as u}from"./chunks/VWRC5EHG.js";var i=u(d(),1);function t(o,e){let n=process.env.TEST_EVENTS_FILE;if(n===void 0||e===void 0)return;let{state:a,duration:c}=e,s={event:o,name:e.titlePath().join(" \u203A "),file:e.file,state:a,duration:c};try{(0,i.appendFileSync)(n,`${JSON.stringify({...s,retry:e.currentRetry()})}
`)}catch{}}r(t,"say");var f={beforeEach(){t("begin",this.currentTest)},afterEach(){t("end",this.currentTest)}};export{f as mochaHooks};
