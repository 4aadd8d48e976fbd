export interface DemoColleague {
  name: string
  email: string
  role: 'owner' | 'manager' | 'agent'
}

/** The people at Tamsel. The same for every seed; the parameter is there because stores keep it beside the other parts. */
export function demoTeam(_seed: number): DemoColleague[] {
  return [
    { name: 'Ines Aldana', email: 'ines@tamsel.example', role: 'owner' },
    { name: 'Jonas Brandt', email: 'jonas@tamsel.example', role: 'manager' },
    { name: 'Priya Raman', email: 'priya@tamsel.example', role: 'agent' },
    { name: 'Tomás Leite', email: 'tomas@tamsel.example', role: 'agent' },
    { name: 'Samira Haddad', email: 'samira@tamsel.example', role: 'agent' },
  ]
}
