import { useEffect, useState } from 'react'

function App() {
  const [tags, setTags] = useState([])
  useEffect(() => {
    fetch('/users/tags').then((answer) => answer.json()).then(setTags)
  }, [])
  return <ul>{tags.map((tag) => <li key={tag.id}>{tag.name}</li>)}</ul>
}

export default App
